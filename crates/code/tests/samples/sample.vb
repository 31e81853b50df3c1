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

    <Serializable>
    Public MustInherit Class Vessel(Of T As {Class, New})
        Inherits Component
        Implements IDisposable, IComparable(Of Vessel(Of T))

        Protected Shared count As Integer = 0
        Private WithEvents pump As Pump
        Public Delegate Sub Filled(sender As Object)
        Public Const Fullest As Integer = 100

        Public Property Level As Integer
            Get
                Return count
            End Get
            Set(value As Integer)
                count = value
            End Set
        End Property

        Default Public ReadOnly Property Item(index As Integer) As T
            Get
                Return Nothing
            End Get
        End Property

        Public MustOverride Function Drain(Optional litres As Double = 1.0) As Boolean

        Public Overridable Sub Dispose() Implements IDisposable.Dispose
            Try
                pump.Dispose()
            Catch ex As Exception When ex.HResult = 0
                Throw
            Finally
                count -= 1
            End Try
        End Sub

        Public Shared Operator +(left As Vessel(Of T), right As Vessel(Of T)) As Vessel(Of T)
            Return left
        End Operator

        Private Async Function FillAsync() As Task Handles pump.Started
            Dim inner = Function(x) x + 1
            For Each item In {1, 2}
                Await Task.Delay(inner(item))
            Next
        End Function
    End Class
End Namespace
