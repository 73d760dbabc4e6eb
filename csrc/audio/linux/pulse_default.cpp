#include "audio/linux/pulse_default.hpp"

#include <cstdint>
#include <functional>
#include <utility>

#include "audio/linux/pulse_api.hpp"
#include "audio/linux/pulse_connection.hpp"

namespace streamtts::audio {

namespace {

constexpr pulse::Microseconds kTimeToMove = 500'000;

void unref(const pulse::Api& api, pulse::Operation* operation) {
  if (operation != nullptr) api.operation_unref(operation);
}

}  // namespace

PulseDefault::PulseDefault(PulseConnection& connection, pulse::Stream* stream,
                           std::function<void()> left_behind)
    : api_(pulse::api()), connection_(connection), stream_(stream), left_behind_(std::move(left_behind)) {
  api_.context_set_subscribe_callback(
      connection_.context(),
      [](pulse::Context*, int, std::uint32_t, void* self) { static_cast<PulseDefault*>(self)->ask_server(); },
      this);
  unref(api_, api_.context_subscribe(connection_.context(), pulse::kSubscribeServer, nullptr, nullptr));
  ask_server();
}

void PulseDefault::ask_server() {
  const auto told = [](pulse::Context*, const pulse::ServerInfo* server, void* self) {
    if (server == nullptr || server->default_sink_name == nullptr) return;
    static_cast<PulseDefault*>(self)->on_server(server->default_sink_name);
  };
  unref(api_, api_.context_get_server_info(connection_.context(), told, this));
}

void PulseDefault::on_server(const std::string& default_sink) {
  const std::string before = std::exchange(default_sink_, default_sink);
  if (before.empty() || before == default_sink) return;
  if (plays_on(before)) left_sink_ = before;
  const pulse::Microseconds at = api_.rtclock_now() + kTimeToMove;
  if (timer_ != nullptr) return api_.context_rttime_restart(connection_.context(), timer_, at);
  const auto due = [](pulse::MainloopApi*, pulse::TimeEvent*, const timeval*, void* self) {
    static_cast<PulseDefault*>(self)->on_time();
  };
  timer_ = api_.context_rttime_new(connection_.context(), at, due, this);
}

void PulseDefault::on_time() {
  if (left_sink_ != default_sink_ && plays_on(left_sink_)) left_behind_();
}

bool PulseDefault::plays_on(const std::string& sink) const {
  const char* name = stream_ == nullptr ? nullptr : api_.stream_get_device_name(stream_);
  return name != nullptr && name == sink;
}

}  // namespace streamtts::audio
