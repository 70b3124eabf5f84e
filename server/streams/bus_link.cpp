#include "streams/bus_link.h"

#include "core/log.h"
#include "streams/entry_payload.h"

namespace parley {
namespace {

// A payload's first byte says what follows: an entry; an event: the id of the user to leave out, a space, JSON; or
// nothing: somebody's presence has changed.
constexpr char kEntry = 'E';
constexpr char kEvent = 'V';
constexpr char kPresence = 'P';

constexpr std::string_view kInstances = "chat:instances:";

}  // namespace

BusLink::BusLink(PubSub& bus, Hub& hub) : bus_(bus), hub_(hub) {
  bus_.on_message([this](std::string_view channel, std::string_view payload) { on_message(channel, payload); });
}

void BusLink::on_committed(const Entry& entry) {
  hub_.accept(entry);
  bus_.publish(bus_channel(entry.stream), kEntry + entry_payload(entry));
}

void BusLink::broadcast(const std::string& stream, std::string_view json, std::string_view except_user) {
  hub_.broadcast(stream, json, except_user);
  bus_.publish(bus_channel(stream), std::string(1, kEvent).append(except_user).append(1, ' ').append(json));
}

void BusLink::announce_presence(const std::string& stream) {
  bus_.publish(bus_channel(stream), std::string(1, kPresence));
}

void BusLink::on_event(const std::string& stream, std::string_view payload) {
  const auto space = payload.find(' ');
  if (space != std::string_view::npos) hub_.broadcast(stream, payload.substr(space + 1), payload.substr(0, space));
}

void BusLink::on_message(std::string_view channel, std::string_view payload) {
  if (channel.starts_with(kInstances)) return observer_.on_heartbeat(payload);
  const auto stream = stream_of_bus_channel(channel);
  if (stream.empty() || payload.empty()) return;
  if (payload.front() == kPresence) return observer_.on_presence_elsewhere(stream);
  if (payload.front() == kEvent) return on_event(stream, payload.substr(1));
  if (payload.front() != kEntry) return;  // of a later release
  auto entry = parse_entry_payload(stream, payload.substr(1));
  if (!entry) {
    log::error("unreadable entry on the bus", {{"channel", channel}, {"code", entry.error().message}});
    return;
  }
  hub_.accept(*entry);
}

}  // namespace parley
