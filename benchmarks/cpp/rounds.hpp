// Works that take turns, round for round, so that a busy machine slows all of them: the clock and the CPU.
#pragma once

#include <chrono>
#include <cstddef>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace bench {

inline double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double wall_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;
};

template <typename Work>
Cost cost(Work work) {
  const double wall = wall_s();
  const double cpu = cpu_s();
  work();
  const double spent = cpu_s() - cpu;
  return {.wall_s = wall_s() - wall, .cpu_s = spent};
}

class Rounds {
 public:
  template <typename Work>
  void take(const std::string& name, Work work) {
    add(name, cost(work), 1);
  }

  // Of one of so many equal parts.
  void add(const std::string& name, Cost whole, std::size_t parts) {
    Taken& taken = taken_[name];
    taken.wall_s.push_back(whole.wall_s / static_cast<double>(parts));
    taken.cpu_s.push_back(whole.cpu_s / static_cast<double>(parts));
  }

  // {"NAME": {"wall_s": [...], "cpu_s": [...]}, ...}
  void print(std::ostream& out) const {
    const char* comma = "";
    out << '{';
    for (const auto& [name, taken] : taken_) {
      out << comma << '"' << name << R"(": {"wall_s": )";
      print(out, taken.wall_s);
      out << R"(, "cpu_s": )";
      print(out, taken.cpu_s);
      out << '}';
      comma = ", ";
    }
    out << '}';
  }

 private:
  struct Taken {
    std::vector<double> wall_s;
    std::vector<double> cpu_s;
  };

  static void print(std::ostream& out, const std::vector<double>& values) {
    const char* comma = "";
    out << '[';
    for (const double value : values) {
      out << comma << value;
      comma = ", ";
    }
    out << ']';
  }

  std::map<std::string, Taken> taken_;
};

}  // namespace bench
