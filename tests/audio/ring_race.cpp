// Ring traffic for ThreadSanitizer. PUBLISH is the order in which each side publishes its progress.
#include <atomic>

#include "audio/spsc_ring.hpp"
#include "ring_traffic.hpp"

int main() {
  streamtts::audio::SpscRing<float, PUBLISH> ring(256);
  return ring_traffic::run(ring, 20'000) == 0 ? 0 : 1;
}
