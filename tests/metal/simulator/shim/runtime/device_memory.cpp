#include "device_memory.h"

#include <sys/mman.h>

#include "group.h"

namespace msl_run {
namespace {
// Eight bytes for each of a buffer's; pages of what nobody writes are never made.
struct Writer {
  unsigned group_and_one : 31, is_atomic : 1;
  unsigned thread : 10, phase : 11, simdgroup_phase : 11;
};
static_assert(sizeof(Writer) == 8, "a writer for each byte");

Writer* writers;
unsigned long size;

Writer writer_now(bool is_atomic) {
  const Progress now = progress();
  Writer writer{};
  writer.group_and_one = unsigned(now.group + 1) & 0x7FFFFFFFu;
  writer.is_atomic = is_atomic;
  writer.thread = now.thread;
  writer.phase = now.device_phase & 0x7FFu;
  writer.simdgroup_phase = now.simdgroup_device_phase & 0x7FFu;
  return writer;
}

bool is_ordered(const Writer& then, const Writer& now) {
  if (then.group_and_one == 0 || (then.is_atomic && now.is_atomic)) return true;
  if (then.group_and_one != now.group_and_one) return false;
  if (then.thread == now.thread || then.phase != now.phase) return true;
  return then.thread / 32 == now.thread / 32 && then.simdgroup_phase != now.simdgroup_phase;
}
}  // namespace

void begin_device_memory(unsigned long bytes) {
  size = bytes * sizeof(Writer);
  void* made =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  writers = made == MAP_FAILED ? nullptr : static_cast<Writer*>(made);
}

void end_device_memory() {
  if (writers != nullptr) munmap(writers, size);
  writers = nullptr;
}

bool is_ordered_access(unsigned long offset, unsigned long bytes, bool writes, bool is_atomic) {
  if (writers == nullptr) return true;
  const Writer now = writer_now(is_atomic);
  for (Writer* writer = writers + offset; writer != writers + offset + bytes; ++writer) {
    if (!is_ordered(*writer, now)) return false;
    if (writes) *writer = now;
  }
  return true;
}
}  // namespace msl_run
