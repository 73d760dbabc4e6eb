// Words for messages.
#pragma once

extern "C" {
int snprintf(char* text, unsigned long size, const char* format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char* text, unsigned long size, const char* format, __builtin_va_list values);
}

namespace msl_run {
const char* operation_name(int operation);
}  // namespace msl_run
