# The web app, Swagger UI, the contracts and the password list, inside the binary (server/core/embedded.h).

function(parley_embed_assets)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(out "${CMAKE_BINARY_DIR}/embedded")
  if(PARLEY_REQUIRE_ASSETS)
    set(require --require)
  endif()
  # Always run: the generator knows what changed, and writes nothing when nothing did.
  add_custom_target(
    parley_embed
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tools/embed.py" --root "${CMAKE_SOURCE_DIR}" --out "${out}" ${require}
    BYPRODUCTS "${out}/assets.S" "${out}/assets.cpp"
    COMMENT "Embedding the web app, documents and lists"
    VERBATIM)
  add_library(parley_embedded STATIC "${out}/assets.S" "${out}/assets.cpp")
  target_include_directories(parley_embedded PRIVATE "${CMAKE_SOURCE_DIR}/server")
  add_dependencies(parley_embedded parley_embed)
  # core/embedded.cpp reads the table; the table needs nothing of core.
  get_target_property(type parley_core TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    target_link_libraries(parley_core INTERFACE parley_embedded)
  else()
    target_link_libraries(parley_core PUBLIC parley_embedded)
  endif()
endfunction()
