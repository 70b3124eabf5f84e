# A layer is a folder of server/ and a static library of the same name. Its sources are found, never listed.

set(PARLEY_LAYERS "")

# What most sources include of other libraries is parsed once: it is precompiled with the lowest layer. clang-tidy goes
# without (tools/tidy.py), so that a source which lacks an include is found there.
function(parley_precompile target)
  if(target STREQUAL "parley_core")
    target_precompile_headers(${target} PRIVATE
      <algorithm> <chrono> <functional> <map> <memory> <optional> <span> <string> <unordered_map> <variant> <vector>
      <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/ssl.hpp>
      <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp> <boost/json.hpp>)
  else()
    target_precompile_headers(${target} REUSE_FROM parley_core)
  endif()
endfunction()

function(parley_layer name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/server/${name}/*.cpp")
  set(target parley_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    parley_precompile(${target})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${CMAKE_SOURCE_DIR}/server")
  target_link_libraries(${target} ${scope} ${PARLEY_LAYERS} ${arg_LINK})
  list(PREPEND PARLEY_LAYERS ${target})
  set(PARLEY_LAYERS "${PARLEY_LAYERS}" PARENT_SCOPE)
endfunction()

# All sources of a folder in one GoogleTest binary, which is one test to ctest.
function(parley_test_binary target folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
  if(NOT sources)
    return()
  endif()
  if(NOT TARGET parley_test_support)
    file(GLOB_RECURSE support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
    add_library(parley_test_support STATIC ${support})
    parley_precompile(parley_test_support)
    target_include_directories(parley_test_support PUBLIC "${CMAKE_SOURCE_DIR}/tests")
    target_link_libraries(parley_test_support PUBLIC ${PARLEY_LAYERS} GTest::gtest GTest::gtest_main)
    # g++ 12 sees impossible overflows where constant strings are joined, as tests do; AddressSanitizer sees real ones.
    target_compile_options(parley_test_support PUBLIC
      $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
  endif()
  add_executable(${target} ${sources})
  parley_precompile(${target})
  target_link_libraries(${target} PRIVATE parley_test_support)
  add_test(NAME ${target} COMMAND ${target})
endfunction()

# One executable for each source of a folder that matches the pattern, linked with what LINK names.
function(parley_executables folder pattern)
  cmake_parse_arguments(arg "" "" "LINK;OPTIONS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/${pattern}")
  foreach(source IN LISTS sources)
    get_filename_component(target "${source}" NAME_WE)
    add_executable(${target} "${source}")
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
    target_link_libraries(${target} PRIVATE ${arg_LINK})
    target_link_options(${target} PRIVATE ${arg_OPTIONS})
  endforeach()
endfunction()
