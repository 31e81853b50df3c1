# Looks after the printers of a school.
using namespace System.Collections.Generic
Import-Module PrintManagement

$MaxPages = 500

enum Paper {
    A4
    A3
}

class Printer {
    [string] $Room
    [int] $Pages = 0

    Printer([string] $room) {
        $this.Room = $room
    }

    [bool] IsBusy() {
        return $this.Pages -gt $MaxPages
    }
}

<#
.SYNOPSIS
Clears the queue of a printer.
#>
function Clear-PrintQueue {
    param(
        [Parameter(Mandatory)]
        [string] $Room
    )
    Get-PrintJob -PrinterName $Room | Remove-PrintJob
}

function Get-Paper([Printer] $Printer) {
    [Paper]::A4
}

filter Where-Busy {
    if ($_.IsBusy()) { $_ }
}

#requires -Version 7.2
Set-StrictMode -Version Latest

class ColourPrinter : Printer, System.IDisposable {
    hidden static [int] $Count
    [ValidateRange(0, 100)] [int] $Ink = 100

    ColourPrinter([string] $room) : base($room) {
        [ColourPrinter]::Count++
    }

    static [ColourPrinter] Find([string] $room) {
        return [ColourPrinter]::new($room)
    }

    [void] Dispose() { }
}

[Flags()] enum Tray {
    Upper = 1
    Lower = 2
}

function script:Get-Pages {
    <#
    .SYNOPSIS
    Counts the pages of a room.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([int])]
    param(
        [Parameter(ValueFromPipeline, Position = 0)]
        [ValidateSet('A4', 'A3')]
        [string[]] $Paper = @('A4'),
        [switch] $Force
    )
    begin {
        $total = 0
        function inner($value) { $value + 1 }
    }
    process {
        foreach ($one in $Paper) {
            try {
                $total += (inner 1) * @{ A4 = 1; A3 = 2 }[$one]
            } catch [System.IO.IOException] {
                Write-Warning "no paper: $_"
            }
        }
    }
    end { return $total }
}

$global:Rooms = @{
    North = [Printer]::new('north')
}
$script:Handler = { param($job) $job.Name }
Set-Alias -Name gp -Value Get-Pages

switch -Regex ($env:ROOM) {
    '^n' { 'north' }
    default { Get-Pages -Force:$true | Out-Null }
}

Describe 'Get-Pages' {
    It 'counts' { Get-Pages | Should -Be 1 }
}

Export-ModuleMember -Function Get-Pages
