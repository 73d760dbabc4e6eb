# CMake links a Mac's modules as bundles, which zig's linker does not make.
set(CMAKE_SHARED_MODULE_CREATE_CXX_FLAGS "-shared")
