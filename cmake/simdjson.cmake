# simdjson::simdjson from the system when it is new enough, else from the sources inside the pysimdjson
# wheel, which pyproject.toml pins because those files are no promised interface of that package.
find_package(simdjson 3.6 QUIET CONFIG)
if(simdjson_FOUND)
  return()
endif()

set(find_source [[
import importlib.metadata
wheel = importlib.metadata.distribution("pysimdjson")
print(next(wheel.locate_file(f) for f in wheel.files if f.name == "simdjson.cpp"))
]])
execute_process(
  COMMAND "${Python_EXECUTABLE}" -c "${find_source}"
  OUTPUT_VARIABLE simdjson_cpp OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE failed ERROR_QUIET)
if(failed OR NOT EXISTS "${simdjson_cpp}")
  message(FATAL_ERROR "simdjson was not found: install its development package (3.6 or newer), "
                      "or `pip install pysimdjson==7.0.2` for ${Python_EXECUTABLE}.")
endif()

cmake_path(GET simdjson_cpp PARENT_PATH simdjson_dir)
add_library(simdjson STATIC "${simdjson_cpp}")
add_library(simdjson::simdjson ALIAS simdjson)
target_include_directories(simdjson SYSTEM PUBLIC "${simdjson_dir}")
