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

end module tides
