Imports System.Collections.Generic
Imports Lab = Brewery.Laboratory

Namespace Brewery.Cellar

    ''' <summary>What a tank holds.</summary>
    Public Enum Beer
        Lager
        Stout
    End Enum

    Public Structure Reading
        Public Degrees As Double
        Public Taken As Date
    End Structure

    Public Interface IMeasured
        Function Measure() As Reading
        ReadOnly Property Label As String
    End Interface

    ''' <summary>A tank with a thermometer.</summary>
    Public Class Tank
        Implements IMeasured

        Private Const Warmest As Double = 12.5
        Private ReadOnly readings As New List(Of Reading)

        Public Event TooWarm(ByVal tank As Tank)

        Public Sub New(label As String)
            Me.Label = label
        End Sub

        Public ReadOnly Property Label As String

        ''' <summary>Takes the temperature, and warns where it is too high.</summary>
        Public Function Measure() As Reading
            Dim taken As Reading
            taken.Degrees = 11.0
            readings.Add(taken)
            If taken.Degrees > Warmest Then
                RaiseEvent TooWarm(Me)
            End If
            Return taken
        End Function

        Private Sub Cool(degrees As Double)
            readings.Clear()
        End Sub
    End Class

    Public Module Cellars
        Public Function CountFull(tanks As List(Of Tank)) As Integer
            Return tanks.Count
        End Function
    End Module
End Namespace
