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
