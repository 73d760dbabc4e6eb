// A device callback as the player's: everything that it may use, and BLUNDER, which it may not.
#include <cstddef>
#include <mutex>
#include <span>
#include <vector>

#include "audio/realtime.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/wake.hpp"

namespace {

class Callback {
 public:
  void render(std::span<float> out) noexcept STREAMTTS_NONBLOCKING {
    ring_.discard_until(ring_.consumed() + 1);
    float sample = 0;
    ring_.pop(sample);
    const auto seen = ring_.acquire_read(out.size());
    ring_.commit_read(seen.size() / 2);
    ring_.read(out);
    if (ring_.readable() <= ring_.capacity() / 2) space_.notify();
    BLUNDER;
  }

  void feed(std::span<const float> in) { ring_.write(in); }
  bool wait_for_space() { return space_.wait_for(1); }

  std::mutex mutex_;

 private:
  streamtts::audio::SpscRing<float> ring_{256};
  streamtts::audio::Wake space_;
};

}  // namespace

int main() {
  Callback callback;
  const std::vector<float> in(300, 1.0F);
  std::vector<float> out(150);
  for (int round = 0; round < 3; ++round) {
    callback.feed(in);
    callback.render(out);
  }
  return callback.wait_for_space() ? 0 : 1;
}
