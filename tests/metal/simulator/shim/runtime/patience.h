// A kernel that never ends does not keep the tests waiting for ever.
#pragma once

namespace msl_run {
// After so much time of the processor the dispatch ends with a sentence.
void begin_patience(unsigned long microseconds);
void end_patience();
}  // namespace msl_run
