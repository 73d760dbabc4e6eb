// Runs a grid: threadgroup after threadgroup, the threads of each as fibers that meet at barriers and at
// simdgroup operations. A thread runs until it must wait; then the next in the order that is ready goes on.
#include "group.h"

#include "../msl/meeting.h"
#include "fiber.h"
#include "memory.h"
#include "patience.h"
#include "text.h"

namespace msl_run {
namespace {
enum State : unsigned char { ready, at_simdgroup, at_barrier, ended };

struct Fiber {
  void* stack_pointer;
  State state;
  int operation, line, column;
  Thread thread;
};
struct Simdgroup {
  unsigned present, arrived, parity, phase, device_phase;
  int operation, line, column;
  unsigned first;
  Slots slots[2];
};

Fiber fibers[max_threads];
Simdgroup simdgroups[max_threads / 32];
unsigned turns[max_threads], turn_of[max_threads];
unsigned threads_in_group, alive, at_the_barrier, current;
unsigned group_phase, device_phase;
unsigned long group_number;
bool failed;
void* outside;
const Dispatch* dispatch;
Kernel kernel;
char* message;
unsigned long message_bytes;

Fiber& self() {
  return fibers[current];
}
Simdgroup& own_simdgroup() {
  return simdgroups[current / 32];
}

const char* described(const Fiber& fiber) {
  static char text[2][120];
  static unsigned which;
  which ^= 1u;
  if (fiber.state == ended) return "has ended";
  if (fiber.state == ready) return "is on its way";
  snprintf(text[which], sizeof text[which], "is at %s, line %d", operation_name(fiber.operation), fiber.line);
  return text[which];
}

// Somebody waits and nobody can go on: says who waits, and for whom.
[[noreturn]] void fail_stuck() {
  unsigned waiting = 0;
  while (fibers[waiting].state == ended) ++waiting;
  for (unsigned i = 0; i < threads_in_group; ++i)
    if (fibers[i].state == at_simdgroup) waiting = i;
  const bool simd = fibers[waiting].state == at_simdgroup;
  const unsigned first = simd ? waiting / 32 * 32 : 0;
  unsigned missing = first;
  while (fibers[missing].state == fibers[waiting].state) ++missing;
  fail("line %d: thread %u waits at %s, but thread %u %s; %s", fibers[waiting].line, waiting,
       operation_name(fibers[waiting].operation), missing, described(fibers[missing]),
       simd ? "all threads of a simdgroup must reach its operations together"
            : "all threads of a threadgroup must reach its barriers together");
}

void take_turn(unsigned thread) {
  current = thread;
  turn.stack = reinterpret_cast<unsigned long>(stack_of(thread));
}

void go_on_with_next(void** leaving) {
  unsigned next = turn_of[current];
  for (unsigned tried = 0; tried < threads_in_group; ++tried) {
    next = next + 1 == threads_in_group ? 0 : next + 1;
    if (fibers[turns[next]].state == ready) {
      take_turn(turns[next]);
      msl_switch(leaving, fibers[current].stack_pointer);
      return;
    }
  }
  if (alive != 0) fail_stuck();
  turn.is_running = false;
  msl_switch(leaving, outside);
}

void wait(State state, int operation, int line, int column) {
  Fiber& fiber = self();
  fiber.state = state;
  fiber.operation = operation;
  fiber.line = line;
  fiber.column = column;
  go_on_with_next(&fiber.stack_pointer);
}

void run_thread() {
  turn.is_running = true;
  kernel(&self().thread, dispatch->arguments);
  self().state = ended;
  --alive;
  go_on_with_next(&self().stack_pointer);
  __builtin_unreachable();
}

unsigned minimum(unsigned a, unsigned b) {
  return a < b ? a : b;
}

void arrange_turns(unsigned long seed) {
  for (unsigned i = 0; i < threads_in_group; ++i)
    turns[i] = dispatch->order == order_reverse ? threads_in_group - 1 - i : i;
  for (unsigned i = threads_in_group; dispatch->order == order_shuffled && i > 1; --i) {
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    const unsigned other = unsigned((seed >> 33) % i), kept = turns[i - 1];
    turns[i - 1] = turns[other];
    turns[other] = kept;
  }
  for (unsigned i = 0; i < threads_in_group; ++i) turn_of[turns[i]] = i;
}

void place_thread(unsigned index, const unsigned group[3], const unsigned groups[3], const unsigned size[3]) {
  Thread& thread = fibers[index].thread;
  const unsigned inside[3] = {index % size[0], index / size[0] % size[1], index / size[0] / size[1]};
  for (int axis = 0; axis < 3; ++axis) {
    thread.thread_position_in_grid[axis] = group[axis] * dispatch->group[axis] + inside[axis];
    thread.threads_per_grid[axis] = thread.grid_size[axis] = dispatch->threads[axis];
    thread.thread_position_in_threadgroup[axis] = inside[axis];
    thread.threads_per_threadgroup[axis] = size[axis];
    thread.dispatch_threads_per_threadgroup[axis] = dispatch->group[axis];
    thread.threadgroup_position_in_grid[axis] = group[axis];
    thread.threadgroups_per_grid[axis] = groups[axis];
    thread.grid_origin[axis] = 0;
  }
  const unsigned full = dispatch->group[0] * dispatch->group[1] * dispatch->group[2];
  thread.thread_index_in_threadgroup = index;
  thread.thread_index_in_simdgroup = index % 32;
  thread.simdgroup_index_in_threadgroup = index / 32;
  thread.threads_per_simdgroup = thread.thread_execution_width = 32;
  thread.simdgroups_per_threadgroup = (threads_in_group + 31) / 32;
  thread.dispatch_simdgroups_per_threadgroup = (full + 31) / 32;
  thread.thread_index_in_quadgroup = index % 4;
  thread.quadgroup_index_in_threadgroup = index / 4;
  thread.quadgroups_per_threadgroup = (threads_in_group + 3) / 4;
  thread.dispatch_quadgroups_per_threadgroup = (full + 3) / 4;
}

void run_group(const unsigned group[3], const unsigned groups[3]) {
  unsigned size[3];
  for (int axis = 0; axis < 3; ++axis)
    size[axis] =
        minimum(dispatch->group[axis], dispatch->threads[axis] - group[axis] * dispatch->group[axis]);
  threads_in_group = alive = size[0] * size[1] * size[2];
  at_the_barrier = group_phase = device_phase = 0;
  arrange_turns(dispatch->seed + group_number);
  forget_threadgroup_memory();
  for (unsigned i = 0; i < threads_in_group; ++i) {
    place_thread(i, group, groups, size);
    fibers[i].state = ready;
    fibers[i].stack_pointer = prepared(i, run_thread);
  }
  for (unsigned i = 0; i * 32 < threads_in_group; ++i) {
    const unsigned lanes = minimum(32, threads_in_group - i * 32);
    simdgroups[i].present = ~0u >> (32 - lanes);
    simdgroups[i].arrived = simdgroups[i].parity = 0;
    simdgroups[i].phase = simdgroups[i].device_phase = 0;
  }
  take_turn(turns[0]);
  msl_switch(&outside, fibers[current].stack_pointer);
}

unsigned long common_divisor(unsigned long a, unsigned long b) {
  return b == 0 ? a : common_divisor(b, a % b);
}

// Groups run in the same three orders as threads do: nothing may depend on which comes first.
unsigned long nth_group(unsigned long n, unsigned long count) {
  if (dispatch->order == order_forward) return n;
  if (dispatch->order == order_reverse) return count - 1 - n;
  unsigned long step = count * 5 / 8 + 1;
  while (common_divisor(step, count) != 1) ++step;
  return (n * step + dispatch->seed) % count;
}

void run_grid() {
  unsigned groups[3];
  for (int axis = 0; axis < 3; ++axis)
    groups[axis] = (dispatch->threads[axis] + dispatch->group[axis] - 1) / dispatch->group[axis];
  const unsigned long count = 1ul * groups[0] * groups[1] * groups[2];
  for (unsigned long n = 0; n < count && !failed; ++n) {
    group_number = nth_group(n, count);
    const unsigned group[3] = {unsigned(group_number % groups[0]),
                               unsigned(group_number / groups[0] % groups[1]),
                               unsigned(group_number / groups[0] / groups[1])};
    run_group(group, groups);
  }
}
}  // namespace

Turn turn;

Progress progress() {
  const Simdgroup& simdgroup = own_simdgroup();
  return Progress{current,      current / 32,           group_phase, simdgroup.phase,
                  device_phase, simdgroup.device_phase, group_number};
}
const Thread& running_thread() {
  return self().thread;
}

void fail(const char* format, ...) {
  __builtin_va_list values;
  __builtin_va_start(values, format);
  vsnprintf(message, message_bytes, format, values);
  __builtin_va_end(values);
  failed = true;
  turn.is_running = false;
  void* nowhere;
  msl_switch(&nowhere, outside);
  __builtin_unreachable();
}

extern "C" {
const Slots* msl_meet_simdgroup(int operation, int line, int column, const void* value, unsigned long bytes) {
  Simdgroup& simdgroup = own_simdgroup();
  if (simdgroup.arrived == 0) {
    simdgroup.operation = operation;
    simdgroup.line = line;
    simdgroup.column = column;
    simdgroup.first = current;
  } else if (simdgroup.operation != operation || simdgroup.line != line || simdgroup.column != column) {
    fail(
        "line %d: thread %u is at %s, but thread %u of its simdgroup is at %s, line %d; all threads of a "
        "simdgroup must reach its operations together",
        line, current, operation_name(operation), simdgroup.first, operation_name(simdgroup.operation),
        simdgroup.line);
  }
  Slots* slots = &simdgroup.slots[simdgroup.parity];
  __builtin_memcpy(slots->bytes[current % 32], value, bytes);
  simdgroup.arrived |= 1u << (current % 32);
  if (simdgroup.arrived != simdgroup.present) {
    wait(at_simdgroup, operation, line, column);
    return slots;
  }
  simdgroup.arrived = 0;
  simdgroup.parity ^= 1u;
  if (operation == operation_simdgroup_barrier) {
    unsigned flags;
    __builtin_memcpy(&flags, value, sizeof flags);
    if ((flags & ordering_threadgroup) != 0) ++simdgroup.phase;
    if ((flags & ordering_device) != 0) ++simdgroup.device_phase;
  }
  const unsigned first = current / 32 * 32;
  for (unsigned i = first; i < minimum(first + 32, threads_in_group); ++i) fibers[i].state = ready;
  return slots;
}

void msl_meet_threadgroup(int line, int column, unsigned flags) {
  static int first_line, first_column;
  static unsigned first, first_flags;
  if (at_the_barrier == 0) {
    first_line = line;
    first_column = column;
    first_flags = flags;
    first = current;
  } else if (first_line != line || first_column != column || first_flags != flags) {
    fail(
        "line %d: thread %u is at one threadgroup_barrier, but thread %u at another, line %d; all threads of "
        "a "
        "threadgroup must reach its barriers together",
        line, current, first, first_line);
  }
  if (++at_the_barrier != threads_in_group)
    return wait(at_barrier, operation_threadgroup_barrier, line, column);
  at_the_barrier = 0;
  if ((flags & ordering_threadgroup) != 0) ++group_phase;
  if ((flags & ordering_device) != 0) ++device_phase;
  for (unsigned i = 0; i < threads_in_group; ++i) fibers[i].state = ready;
}

void msl_refuse_steps(int operation, int line) {
  fail(
      "line %d: thread %u gives %s another lane or step than its neighbours; it must be one and the same for "
      "all "
      "threads of a simdgroup",
      line, current, operation_name(operation));
}

unsigned msl_lane() {
  return current % 32;
}
unsigned msl_lanes_present() {
  return own_simdgroup().present;
}

int msl_dispatch(Kernel what, const Dispatch* how, char* text, unsigned long text_bytes) {
  kernel = what;
  dispatch = how;
  message = text;
  message_bytes = text_bytes;
  failed = false;
  begin_memory(*how, reinterpret_cast<const void*>(what));
  begin_patience(how->patience_us);
  run_grid();
  end_patience();
  end_memory();
  return failed ? 1 : 0;
}
}
}  // namespace msl_run
