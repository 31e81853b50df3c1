! Computes the tides of a bay.
module tides
  use constants, only: pi
  implicit none

  type harbour
    real :: depth
    character(len=20) :: name
  end type harbour

contains

  ! How high the water stands.
  pure function water_level(place, hour) result(level)
    type(harbour), intent(in) :: place
    real, intent(in) :: hour
    real :: level
    level = place%depth + sin(pi * hour / 6.0)
  end function water_level

  subroutine print_table(place)
    type(harbour), intent(in) :: place
    integer :: hour
    do hour = 1, 24
      if (hour > 12) then
        print *, water_level(place, real(hour))
      end if
    end do
  end subroutine print_table

  elemental real(kind=8) function metres(feet)
    real(kind=8), intent(in) :: feet
    metres = feet * 0.3048d0
  end function

  recursive subroutine sort_harbours(places, first, last)
    type(harbour), intent(inout) :: places(:)
    integer, intent(in) :: first, last
    if (first >= last) return
    call swap(places(first), places(last))
  contains
    subroutine swap(left, right)
      type(harbour), intent(inout) :: left, right
      type(harbour) :: kept
      kept = left
      left = right
      right = kept
    end subroutine swap
  end subroutine sort_harbours

end module tides

submodule (tides) storms
contains
  module procedure surge
    surge = 2.0
  end procedure surge
end submodule storms

module bays
  use, intrinsic :: iso_c_binding, only: c_int
  use tides
  implicit none
  private
  public :: bay, operator(+)

  integer, parameter :: max_bays = 12

  ! A bay with its harbours.
  type, abstract, extends(harbour) :: bay
    type(harbour), allocatable :: harbours(:)
  contains
    procedure :: count => count_harbours
    procedure(warn_of), deferred :: warn
    generic :: operator(+) => add
  end type bay

  abstract interface
    subroutine warn_of(this)
      import :: bay
      class(bay), intent(in) :: this
    end subroutine warn_of
  end interface

  interface operator(+)
    module procedure add
  end interface
contains
  integer function count_harbours(this) result(count)
    class(bay), intent(in) :: this
    count = size(this%harbours)
  end function count_harbours
end module bays

program forecast
  use bays
  implicit none
  print *, "done"
end program forecast
