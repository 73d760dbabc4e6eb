#include <string>
#include <vector>

#include "audio/linux/linux_outputs.hpp"
#include "audio/linux/pulse_api.hpp"
#include "audio/linux/pulse_connection.hpp"
#include "audio/output.hpp"

namespace streamtts::audio {

namespace {

constexpr double kAnswerLimitSeconds = 2.0;

struct Listing {
  PulseConnection* connection;
  std::vector<DeviceInfo> devices;
  std::string default_sink;
  int answers = 0;
};

void on_server(pulse::Context*, const pulse::ServerInfo* server, void* listing) {
  auto* list = static_cast<Listing*>(listing);
  if (server != nullptr && server->default_sink_name != nullptr)
    list->default_sink = server->default_sink_name;
  ++list->answers;
  list->connection->changed();
}

void on_sink(pulse::Context*, const pulse::SinkInfo* sink, int end, void* listing) {
  auto* list = static_cast<Listing*>(listing);
  if (end == 0) {
    list->devices.push_back({.name = sink->name, .description = sink->description, .is_default = false});
    return;
  }
  ++list->answers;
  list->connection->changed();
}

}  // namespace

std::vector<DeviceInfo> list_pulse_devices() {
  const pulse::Api& api = pulse::api();
  Listing listing;  // outlives the connection, whose callbacks fill it
  PulseConnection connection;
  listing.connection = &connection;
  {
    const auto alone = connection.locked();
    pulse::Operation* server = api.context_get_server_info(connection.context(), on_server, &listing);
    pulse::Operation* sinks = api.context_get_sink_info_list(connection.context(), on_sink, &listing);
    if (server != nullptr) api.operation_unref(server);
    if (sinks != nullptr) api.operation_unref(sinks);
  }
  connection.wait(kAnswerLimitSeconds, [&] { return listing.answers == 2 || connection.ended(); });
  const auto alone = connection.locked();
  for (DeviceInfo& device : listing.devices) device.is_default = device.name == listing.default_sink;
  return listing.devices;
}

}  // namespace streamtts::audio
