#include "threadgroup_memory.h"

#include "group.h"
#include "memory.h"
#include "text.h"

namespace msl_run {
namespace {
constexpr unsigned long limit = 32 * 1024;
constexpr unsigned max_variables = 256;
// Between any two variables, so that whoever leaves one does not arrive in the next.
constexpr unsigned long gap = 256;
constexpr unsigned nobody = ~0u, several = ~0u - 1;

struct Access {
  unsigned thread, simdgroup, group_phase, simdgroup_phase;
  bool is_atomic;
};
struct Cell {
  bool written;
  Access writer, reader;
};
struct Variable {
  unsigned long begin, end;
  int line;
};

alignas(256) unsigned char memory[limit + (max_variables + 2) * gap];
Cell cells[sizeof memory];
Variable variables[max_variables];
unsigned long used, taken;

const Variable* variable_of(unsigned long offset, unsigned long bytes) {
  for (const Variable& variable : variables)
    if (variable.begin <= offset && offset + bytes <= variable.end) return &variable;
  return nullptr;
}

Access access_now(bool is_atomic) {
  const Progress now = progress();
  return Access{now.thread, now.simdgroup, now.group_phase, now.simdgroup_phase, is_atomic};
}

// Whether no barrier stands between what was done then and now.
bool races(const Access& then, const Access& now) {
  if (then.thread == nobody || then.thread == now.thread || then.group_phase != now.group_phase) return false;
  if (then.is_atomic && now.is_atomic) return false;
  return then.simdgroup != now.simdgroup || then.simdgroup_phase == now.simdgroup_phase;
}

[[noreturn]] void fail_race(const Variable& variable, const Access& then, const Access& now,
                            const char* what) {
  char other[32] = "another";
  if (then.thread != several) snprintf(other, sizeof other, "thread %u", then.thread);
  fail("thread %u %s %s in the threadgroup variable of line %d; there is no barrier between them", now.thread,
       what, other, variable.line);
}

void note_reader(Access& reader, const Access& now) {
  const bool same_time = reader.thread != nobody && reader.group_phase == now.group_phase &&
                         (reader.simdgroup != now.simdgroup || reader.simdgroup_phase == now.simdgroup_phase);
  if (!same_time) {
    reader = now;
    return;
  }
  if (reader.thread != now.thread) reader.thread = several;
  if (reader.simdgroup != now.simdgroup) reader.simdgroup = several;
}
}  // namespace

bool is_threadgroup_memory(unsigned long address) {
  return address - reinterpret_cast<unsigned long>(memory) < sizeof memory;
}

void check_threadgroup_memory(unsigned long address, unsigned long bytes, bool writes, bool is_atomic) {
  const unsigned long offset = address - reinterpret_cast<unsigned long>(memory);
  const Variable* variable = variable_of(offset, bytes);
  const Access now = access_now(is_atomic);
  if (variable == nullptr)
    fail("thread %u %s %lu bytes outside of any threadgroup variable", now.thread,
         writes ? "writes" : "reads", bytes);
  for (Cell* cell = &cells[offset]; cell != &cells[offset + bytes]; ++cell) {
    if (!writes && !cell->written)
      fail("thread %u reads what nobody has written in the threadgroup variable of line %d", now.thread,
           variable->line);
    if (races(cell->writer, now))
      fail_race(*variable, cell->writer, now,
                writes ? "overwrites what was written by" : "reads what is written by");
    if (!writes) {
      note_reader(cell->reader, now);
      continue;
    }
    if (races(cell->reader, now)) fail_race(*variable, cell->reader, now, "overwrites what is read by");
    cell->written = true;
    cell->writer = now;
    cell->reader.thread = nobody;
  }
}

void forget_threadgroup_memory() {
  __builtin_memset(memory, 0xFF, used);
  for (unsigned long i = 0; i < used; ++i) {
    cells[i].written = false;
    cells[i].writer.thread = cells[i].reader.thread = nobody;
  }
  __builtin_memset(variables, 0, sizeof variables);
  used = gap;
  taken = 0;
}

extern "C" void* msl_threadgroup_variable(int site, int line, unsigned long bytes) {
  if (site < 0 || unsigned(site) >= max_variables)
    fail("line %d: more threadgroup variables than the simulator holds", line);
  Variable& variable = variables[site];
  if (variable.end == 0) {
    if (bytes > limit - taken)
      fail("line %d: the kernel's threadgroup variables take %lu bytes; Metal allows %lu", line,
           taken + bytes, limit);
    taken += (bytes + 15) / 16 * 16;
    variable = Variable{used, used + bytes, line};
    used = (used + bytes + gap + 255) / 256 * 256;
    for (unsigned long i = variable.begin; i < used; ++i) {
      cells[i].written = false;
      cells[i].writer.thread = cells[i].reader.thread = nobody;
    }
    __builtin_memset(memory + variable.begin, 0xFF, bytes);
  }
  return memory + variable.begin;
}
}  // namespace msl_run
