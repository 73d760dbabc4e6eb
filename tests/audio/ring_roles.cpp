// Uses a ring from a second thread, as a producer and as a consumer: HANDED_OVER says whether it may.
#include <thread>

#include "audio/spsc_ring.hpp"

int main() {
  streamtts::audio::SpscRing<float> ring(8);
  float sample = 0;
  ring.push(1);
  ring.pop(sample);
  if (HANDED_OVER) {
    ring.release_producer();
    ring.release_consumer();
  }
  const auto use = [&ring] {
    float got = 0;
    SECOND_USE;
    static_cast<void>(got);
  };
  std::thread(use).join();
}
