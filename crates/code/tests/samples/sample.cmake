cmake_minimum_required(VERSION 3.24)
project(observatory LANGUAGES CXX)

include(GNUInstallDirs)
find_package(fmt REQUIRED)
add_subdirectory(lenses)

set(OBSERVATORY_STARS 3000)
option(OBSERVATORY_DOME "Build the dome's motor" ON)

# Adds a telescope with its lenses.
function(add_telescope name)
  cmake_parse_arguments(ARG "" "FOCUS" "LENSES" ${ARGN})
  add_library(${name} ${ARG_LENSES})
  target_compile_definitions(${name} PRIVATE FOCUS=${ARG_FOCUS})
endfunction()

macro(point_at star)
  message(STATUS "pointing at ${star}")
endmacro()

add_library(sky STATIC sky.cpp)
add_executable(observe main.cpp)
target_link_libraries(observe PRIVATE sky fmt::fmt)

if(OBSERVATORY_DOME)
  add_custom_target(dome COMMAND observe --dome)
endif()

install(TARGETS observe)

list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake")
set(CMAKE_CXX_STANDARD 20 CACHE STRING "Which C++" FORCE)

#[[
  Grinds a mirror of a size.
]]
function(grind_mirror name size)
  foreach(side IN ITEMS front back)
    set(output "${name}_${side}.glass")
    add_custom_command(
      OUTPUT ${output}
      COMMAND grind --size ${size} $<TARGET_FILE:observe>
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/blank.glass"
      VERBATIM)
  endforeach()
  set(${name}_MIRRORS ${output} PARENT_SCOPE)
endfunction()

if(NOT TARGET fmt::fmt AND BUILD_TESTING)
  include(FetchContent)
  FetchContent_Declare(catch GIT_TAG v3.5.0)
  FetchContent_MakeAvailable(catch)

  enable_testing()
  add_executable(sky_test test/sky.cpp)
  target_link_libraries(sky_test PRIVATE sky Catch2::Catch2WithMain)
  add_test(NAME sky COMMAND sky_test --reporter junit)
else()
  message(FATAL_ERROR "no tests: ${CMAKE_VERSION}")
endif()

ADD_LIBRARY(stars::maps ALIAS sky)
pybind11_add_module(pysky MODULE bindings.cpp)
