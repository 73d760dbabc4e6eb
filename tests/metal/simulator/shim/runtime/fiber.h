// Stacks that a thread of the simulated GPU runs on, and the step from one to another.
#pragma once

namespace msl_run {
constexpr unsigned max_threads = 1024;
constexpr unsigned long stack_bytes = 128 * 1024;

unsigned char* stack_of(unsigned fiber);
// Makes ready a stack on which start() will run when it is switched to for the first time.
void* prepared(unsigned fiber, void (*start)());
}  // namespace msl_run

// Leaves the registers that a call preserves on this stack, whose top goes to *from, and takes those of the
// other.
extern "C" void msl_switch(void** from, void* to);
