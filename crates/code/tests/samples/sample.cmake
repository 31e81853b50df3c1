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
