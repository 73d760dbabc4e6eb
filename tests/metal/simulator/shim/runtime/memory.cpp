// The compiler calls in here before each load and store of a kernel (clang's address sanitizer, outlined).
#include "memory.h"

#include <link.h>

#include "device_memory.h"
#include "fiber.h"
#include "group.h"
#include "text.h"
#include "threadgroup_memory.h"

namespace msl_run {
namespace {
const Dispatch* dispatch;
// The kernel's own tables, and the runtime's slots that lanes read.
struct Image {
  unsigned long begin, end;
} images[2];

int note_image(dl_phdr_info* info, unsigned long, void* wanted) {
  auto** targets = static_cast<const void**>(wanted);
  unsigned long begin = ~0ul, end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
    const unsigned long from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    if (from < begin) begin = from;
    if (from + info->dlpi_phdr[i].p_memsz > end) end = from + info->dlpi_phdr[i].p_memsz;
  }
  for (int i = 0; i < 2; ++i) {
    const auto target = reinterpret_cast<unsigned long>(targets[i]);
    if (begin <= target && target < end) images[i] = Image{begin, end};
  }
  return 0;
}

bool inside(unsigned long address, unsigned long bytes, unsigned long begin, unsigned long end) {
  return begin <= address && address <= end && bytes <= end - address;
}

const char* verb(bool writes) {
  return writes ? "writes" : "reads";
}

[[noreturn]] void fail_outside(unsigned long address, unsigned long bytes, bool writes) {
  const unsigned* at = running_thread().thread_position_in_grid;
  const auto base = reinterpret_cast<unsigned long>(dispatch->arena);
  for (unsigned long i = 0; i < dispatch->argument_count; ++i) {
    const unsigned long* bounds = &dispatch->bounds[2 * dispatch->argument_buffers[i]];
    const long past = long(address + bytes - base) - long(bounds[1]),
               before = long(bounds[0] + base) - long(address);
    if (past > 0 && past <= 4096)
      fail("thread (%u, %u, %u) %s %lu bytes past the end of argument %lu: %ld bytes too far", at[0], at[1],
           at[2], verb(writes), bytes, i, past);
    if (before > 0 && before <= 4096)
      fail("thread (%u, %u, %u) %s %lu bytes before the beginning of argument %lu: %ld bytes too early",
           at[0], at[1], at[2], verb(writes), bytes, i, before);
  }
  fail("thread (%u, %u, %u) %s %lu bytes where there is no argument and no variable", at[0], at[1], at[2],
       verb(writes), bytes);
}

[[noreturn]] void fail_unordered(long buffer, unsigned long offset, bool writes) {
  const unsigned* at = running_thread().thread_position_in_grid;
  unsigned long argument = 0;
  while (dispatch->argument_buffers[argument] != static_cast<unsigned long>(buffer)) ++argument;
  fail("thread (%u, %u, %u) %s byte %lu of argument %lu, which another thread writes; no barrier orders them",
       at[0], at[1], at[2], verb(writes), offset - dispatch->bounds[2 * buffer], argument);
}

// The number of the buffer in which all the bytes are, or -1.
long buffer_at(unsigned long offset, unsigned long bytes) {
  unsigned long low = 0, high = dispatch->buffers;
  while (low < high) {
    const unsigned long middle = (low + high) / 2;
    if (dispatch->bounds[2 * middle + 1] <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == dispatch->buffers) return -1;
  return inside(offset, bytes, dispatch->bounds[2 * low], dispatch->bounds[2 * low + 1]) ? long(low) : -1;
}

void check(unsigned long address, unsigned long bytes, bool writes, bool is_atomic = false) {
  if (!turn.is_running || bytes == 0 || inside(address, bytes, turn.stack, turn.stack + stack_bytes)) return;
  const unsigned long offset = address - reinterpret_cast<unsigned long>(dispatch->arena);
  if (offset < dispatch->arena_bytes) {
    const long buffer = buffer_at(offset, bytes);
    if (buffer < 0) fail_outside(address, bytes, writes);
    if (!is_ordered_access(offset, bytes, writes, is_atomic)) fail_unordered(buffer, offset, writes);
    return;
  }
  if (is_threadgroup_memory(address)) return check_threadgroup_memory(address, bytes, writes, is_atomic);
  for (const Image& image : images)
    if (!writes && inside(address, bytes, image.begin, image.end)) return;
  fail_outside(address, bytes, writes);
}
}  // namespace

void begin_memory(const Dispatch& how, const void* code) {
  dispatch = &how;
  images[0] = images[1] = Image{0, 0};
  const void* targets[2] = {code, &images};
  dl_iterate_phdr(note_image, targets);
  begin_device_memory(how.arena_bytes);
}

void end_memory() {
  end_device_memory();
  dispatch = nullptr;
}

extern "C" {
void msl_atomic_access(const void* address, unsigned long bytes) {
  check(reinterpret_cast<unsigned long>(address), bytes, true, true);
}

#define MSL_HOOKS(bytes)                                      \
  void __asan_load##bytes##_noabort(unsigned long address) {  \
    check(address, bytes, false);                             \
  }                                                           \
  void __asan_store##bytes##_noabort(unsigned long address) { \
    check(address, bytes, true);                              \
  }
MSL_HOOKS(1)
MSL_HOOKS(2)
MSL_HOOKS(4)
MSL_HOOKS(8)
MSL_HOOKS(16)
#undef MSL_HOOKS
void __asan_loadN_noabort(unsigned long address, unsigned long bytes) {
  check(address, bytes, false);
}
void __asan_storeN_noabort(unsigned long address, unsigned long bytes) {
  check(address, bytes, true);
}
void __asan_handle_no_return() {}

void* __asan_memcpy(void* to, const void* from, unsigned long bytes) {
  check(reinterpret_cast<unsigned long>(from), bytes, false);
  check(reinterpret_cast<unsigned long>(to), bytes, true);
  return __builtin_memcpy(to, from, bytes);
}
void* __asan_memmove(void* to, const void* from, unsigned long bytes) {
  check(reinterpret_cast<unsigned long>(from), bytes, false);
  check(reinterpret_cast<unsigned long>(to), bytes, true);
  return __builtin_memmove(to, from, bytes);
}
void* __asan_memset(void* to, int value, unsigned long bytes) {
  check(reinterpret_cast<unsigned long>(to), bytes, true);
  return __builtin_memset(to, value, bytes);
}
}
}  // namespace msl_run
