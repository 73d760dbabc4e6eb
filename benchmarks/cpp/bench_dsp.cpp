// How many times faster than real time the resampler and the stretch are, with their quality beside it.
// libsonic, the usual way to stretch speech, runs on the same sound in turn with ours where it is installed.
// Linear interpolation of the same sound, the least that could pass for either, is the yardstick.
// Usage: bench_dsp REPEATS; prints one JSON object with the seconds of every round.
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include "audio/resample.hpp"
#include "audio/stretch.hpp"
#include "rounds.hpp"

namespace {

using Frames = std::vector<float>;
using streamtts::audio::Resampler;
using streamtts::audio::Stretch;

constexpr std::uint32_t kSeconds = 10;
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 8> kPairs = {{{24000, 48000},
                                                                            {22050, 48000},
                                                                            {24000, 44100},
                                                                            {16000, 48000},
                                                                            {44100, 48000},
                                                                            {48000, 44100},
                                                                            {48000, 16000},
                                                                            {47999, 48000}}};
constexpr std::array<double, 6> kSpeeds = {0.7, 1.2, 1.5, 1.8, 2.0, 3.0};

Frames tone(double hz, std::uint32_t rate_hz) {
  Frames out(std::size_t{kSeconds} * rate_hz);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double turns = hz * static_cast<double>(i) / rate_hz;
    out[i] = static_cast<float>(0.5 * std::sin(2.0 * std::numbers::pi * turns));
  }
  return out;
}

// Words of 0.3 s with a gliding pitch, hiss between them, and short rests.
Frames babble(std::uint32_t rate_hz) {
  Frames out(std::size_t{kSeconds} * rate_hz);
  double turns = 0.0;
  std::uint32_t dice = 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time_s = static_cast<double>(i) / rate_hz;
    const double in_word = std::fmod(time_s, 0.5);
    turns += (110.0 + 60.0 * std::sin(time_s * 3.0)) / rate_hz;
    dice = dice * 1664525U + 1013904223U;
    double sample = 0.0;
    if (in_word < 0.3) {
      const double loudness = std::sin(std::numbers::pi * in_word / 0.3);
      for (int k = 1; k <= 12; ++k)
        sample += loudness * std::sin(2.0 * std::numbers::pi * k * turns) / (3.0 * k);
    } else if (in_word < 0.42) {
      sample = 0.1 * (static_cast<double>(dice >> 8U) / (1U << 23U) - 1.0);
    }
    out[i] = static_cast<float>(sample);
  }
  return out;
}

Frames resampled(const Frames& in, std::uint32_t from_hz, std::uint32_t to_hz) {
  Resampler resampler(from_hz, to_hz);
  Frames out;
  const std::size_t piece = from_hz / 100;
  for (std::size_t at = 0; at < in.size(); at += piece) {
    resampler.feed(std::span(in).subspan(at, std::min(piece, in.size() - at)), out);
  }
  resampler.finish(out);
  return out;
}

// The tone against all else, after least squares in double.
double snr_db(const Frames& frames, double hz, std::uint32_t rate_hz) {
  const std::size_t from = frames.size() / 8;
  const std::size_t to = frames.size() - from;
  const auto angle = [&](std::size_t i) {
    return 2.0 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
  };
  double ss = 0.0;
  double sc = 0.0;
  double cc = 0.0;
  double sy = 0.0;
  double cy = 0.0;
  for (std::size_t i = from; i < to; ++i) {
    const double s = std::sin(angle(i));
    const double c = std::cos(angle(i));
    ss += s * s;
    sc += s * c;
    cc += c * c;
    sy += s * frames[i];
    cy += c * frames[i];
  }
  const double determinant = ss * cc - sc * sc;
  const double a = (sy * cc - cy * sc) / determinant;
  const double b = (cy * ss - sy * sc) / determinant;
  double rest = 0.0;
  for (std::size_t i = from; i < to; ++i) {
    const double error = frames[i] - a * std::sin(angle(i)) - b * std::cos(angle(i));
    rest += error * error;
  }
  return 10.0 * std::log10((a * a + b * b) / 2.0 * static_cast<double>(to - from) / std::max(rest, 1e-30));
}

std::size_t stretched(const Frames& in, std::uint32_t rate_hz, double speed, Frames& out) {
  Stretch stretch(rate_hz);
  stretch.set_speed(speed);
  const std::size_t piece = rate_hz / 100;
  std::size_t taken = 0;
  std::size_t given = 0;
  for (;;) {
    const std::size_t offered = std::min(piece, in.size() - taken);
    const auto room = std::span(out).subspan(given, std::min(piece, out.size() - given));
    const Stretch::Progress done =
        stretch.process(std::span(in).subspan(taken, offered), room, taken + offered == in.size());
    taken += done.taken;
    given += done.given;
    if (done.taken + done.given == 0) return given;
  }
}

void interpolate(const Frames& in, double step, Frames& out) {
  const auto count = static_cast<std::size_t>(static_cast<double>(in.size() - 1) / step);
  for (std::size_t i = 0; i < count; ++i) {
    const double place = static_cast<double>(i) * step;
    const auto at = static_cast<std::size_t>(place);
    const auto share = static_cast<float>(place - static_cast<double>(at));
    out[i] = in[at] + share * (in[at + 1] - in[at]);
  }
  asm volatile("" : : "r"(out.data()) : "memory");
}

// libsonic's own interface, found when the program runs.
class Sonic {
 public:
  bool present() const { return read_ != nullptr; }

  std::size_t stretched(const Frames& in, std::uint32_t rate_hz, double speed, Frames& out) const {
    void* stream = create_(static_cast<int>(rate_hz), 1);
    set_speed_(stream, static_cast<float>(speed));
    const std::size_t piece = rate_hz / 100;
    std::size_t given = 0;
    const auto drain = [&] {
      while (const int count = read_(stream, out.data() + given, static_cast<int>(out.size() - given))) {
        given += static_cast<std::size_t>(count);
      }
    };
    Frames now(piece);
    for (std::size_t at = 0; at < in.size(); at += piece) {
      const std::size_t count = std::min(piece, in.size() - at);
      std::copy_n(in.data() + at, count, now.data());
      write_(stream, now.data(), static_cast<int>(count));
      drain();
    }
    flush_(stream);
    drain();
    destroy_(stream);
    return given;
  }

 private:
  template <typename Function>
  Function* named(const char* name) const {
    return library_ == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(library_, name));
  }

  void* library_ = dlopen("libsonic.so.0", RTLD_NOW);
  void* (*create_)(int, int) = named<void*(int, int)>("sonicCreateStream");
  void (*set_speed_)(void*, float) = named<void(void*, float)>("sonicSetSpeed");
  int (*write_)(void*, float*, int) = named<int(void*, float*, int)>("sonicWriteFloatToStream");
  int (*flush_)(void*) = named<int(void*)>("sonicFlushStream");
  void (*destroy_)(void*) = named<void(void*)>("sonicDestroyStream");
  int (*read_)(void*, float*, int) = named<int(void*, float*, int)>("sonicReadFloatFromStream");
};

void print_resampling(int repeats) {
  const char* comma = "";
  for (const auto& [from_hz, to_hz] : kPairs) {
    const Frames in = tone(1000, from_hz);
    Frames out;
    Frames rough(std::size_t{kSeconds} * to_hz);
    bench::Rounds rounds;
    for (int i = 0; i < repeats; ++i) {
      rounds.take("ours", [&] { out = resampled(in, from_hz, to_hz); });
      rounds.take("linear", [&] { interpolate(in, static_cast<double>(from_hz) / to_hz, rough); });
    }
    const double high_hz = std::min(from_hz, to_hz) / 3.0;
    std::cout << comma << "\n  {\"from_hz\": " << from_hz << ", \"to_hz\": " << to_hz
              << ", \"snr_1k_db\": " << snr_db(out, 1000, to_hz) << ", \"snr_high_db\": "
              << snr_db(resampled(tone(high_hz, from_hz), from_hz, to_hz), high_hz, to_hz)
              << ", \"latency_ms\": " << Resampler(from_hz, to_hz).latency_s() * 1e3
              << ", \"frames\": " << out.size() << ", \"rounds\": ";
    rounds.print(std::cout);
    std::cout << "}";
    comma = ",";
  }
}

void print_stretching(int repeats) {
  const Sonic sonic;
  const char* comma = "";
  for (const std::uint32_t rate_hz : {24000U, 48000U}) {
    const Frames in = babble(rate_hz);
    Frames out(3 * in.size());
    for (const double speed : kSpeeds) {
      std::size_t given = 0;
      bench::Rounds rounds;
      for (int i = 0; i < repeats; ++i) {
        rounds.take("ours", [&] { given = stretched(in, rate_hz, speed, out); });
        rounds.take("linear", [&] { interpolate(in, speed, out); });
        if (sonic.present()) rounds.take("libsonic", [&] { sonic.stretched(in, rate_hz, speed, out); });
      }
      const double length = static_cast<double>(given) / static_cast<double>(in.size());
      std::cout << comma << "\n  {\"rate_hz\": " << rate_hz << ", \"speed\": " << speed
                << ", \"length_times_speed\": " << length * speed << ", \"rounds\": ";
      rounds.print(std::cout);
      std::cout << "}";
      comma = ",";
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bench_dsp REPEATS\n";
    return EXIT_FAILURE;
  }
  const int repeats = std::atoi(argv[1]);
  std::cout << "{\"resample\": [";
  print_resampling(repeats);
  std::cout << "],\n\"stretch\": [";
  print_stretching(repeats);
  std::cout << "]}\n";
  return EXIT_SUCCESS;
}
