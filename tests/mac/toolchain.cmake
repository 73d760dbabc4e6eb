# A Mac to compile for, without one: zig's clang, C library and linker, and our stand-ins for what Apple ships.
# The environment's ZIG is the program; what follows project() is in after_project.cmake.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR arm64)
set(CMAKE_OSX_SYSROOT "")

# The oldest macOS that a Python for Apple silicon builds for, and so what `pip install .` asks of the compiler.
set(CMAKE_CXX_COMPILER_TARGET aarch64-macos.11.0)
set(CMAKE_CXX_COMPILER $ENV{ZIG} c++)
set(CMAKE_AR ${CMAKE_CURRENT_LIST_DIR}/bin/ar)
set(CMAKE_RANLIB ${CMAKE_CURRENT_LIST_DIR}/bin/ranlib)
set(CMAKE_STRIP true)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)

# Nothing of this machine's own libraries.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/sdk)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tests)
string(JOIN " " CMAKE_CXX_FLAGS_INIT
  -isystem ${tests}/audio/fake_coreaudio/include -isystem ${tests}/metal/native/include
  # g++'s -Wconversion, which the project is written for, leaves signs alone.
  -Werror -Wno-error=sign-conversion -Wfunction-effects)
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG")
# Building libc++ takes minutes, so its symbols stay undefined; cross.py knows which a Mac has.
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-nostdlib++ -F${CMAKE_CURRENT_LIST_DIR}/sdk/Frameworks")
