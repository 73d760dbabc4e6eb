// Turns what Core Audio answers into a sentence for the user.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <string>

namespace streamtts::audio::coreaudio {

// Why a call failed: "the device is gone ('!dev')", "error -12345".
std::string reason(OSStatus status);

// Throws streamtts::Error, "cannot <doing>: <reason>", unless the call succeeded.
void check(OSStatus status, const char* doing);

}  // namespace streamtts::audio::coreaudio
