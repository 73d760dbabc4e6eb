// Notices that the user chose another default device while our stream stays on the old one. Most servers move
// the stream themselves; where the user has put it elsewhere, it is left alone.
#pragma once

#include <functional>
#include <string>

#include "audio/linux/pulse_connection.hpp"

namespace streamtts::audio {

// Every function is called with the connection's lock held.
class PulseDefault {
 public:
  PulseDefault(PulseConnection& connection, pulse::Stream* stream, std::function<void()> left_behind);
  PulseDefault(const PulseDefault&) = delete;
  PulseDefault& operator=(const PulseDefault&) = delete;

  // Before the stream goes; the object itself must outlive the connection, which may still call it.
  void forget_stream() { stream_ = nullptr; }

 private:
  void ask_server();
  void on_server(const std::string& default_sink);
  void on_time();
  bool plays_on(const std::string& sink) const;

  const pulse::Api& api_;
  PulseConnection& connection_;
  pulse::Stream* stream_;
  std::function<void()> left_behind_;
  std::string default_sink_;
  std::string left_sink_;              // the old default, from which the server may still move us
  pulse::TimeEvent* timer_ = nullptr;  // freed with the connection's thread
};

}  // namespace streamtts::audio
