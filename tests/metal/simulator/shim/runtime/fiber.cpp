// Written out for two processors, as swapcontext() would ask the kernel at every step.
#include "fiber.h"

namespace msl_run {
namespace {
alignas(64) unsigned char stacks[max_threads][stack_bytes];
}  // namespace

unsigned char* stack_of(unsigned fiber) {
  return stacks[fiber];
}

#if defined(__x86_64__)
asm(R"(
.text
.globl msl_switch
.type msl_switch, @function
msl_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size msl_switch, .-msl_switch
)");

void* prepared(unsigned fiber, void (*start)()) {
  auto** top = reinterpret_cast<void**>(stacks[fiber] + stack_bytes);
  top[-1] = nullptr;  // where start() would return to
  top[-2] = reinterpret_cast<void*>(start);
  for (int i = 3; i <= 8; ++i) top[-i] = nullptr;
  return top - 8;
}
#elif defined(__aarch64__)
asm(R"(
.text
.globl msl_switch
.type msl_switch, %function
msl_switch:
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
.size msl_switch, .-msl_switch
)");

void* prepared(unsigned fiber, void (*start)()) {
  auto** frame = reinterpret_cast<void**>(stacks[fiber] + stack_bytes - 160);
  for (int i = 0; i < 20; ++i) frame[i] = nullptr;
  frame[11] = reinterpret_cast<void*>(start);  // x30, where the first switch returns to
  return frame;
}
#else
#error "the simulator switches stacks on x86_64 and aarch64 alone"
#endif
}  // namespace msl_run
