#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley::redis {

/// Which channels are wanted, and how far Redis has confirmed them. Does no I/O.
class Subscriptions {
 public:
  bool wanted(std::string_view channel) const;
  bool confirmed(std::string_view channel) const;

  /// From now on wanted. True where SUBSCRIBE has to be sent, because none is under way.
  bool want(const std::string& channel);
  /// SUBSCRIBE was sent.
  void sent(std::string_view channel);
  /// Nobody waits for it any more though it is not confirmed: it is owed until it is.
  void owe(std::string_view channel);
  /// SUBSCRIBE was confirmed. True where the channel is: not when it was given up and wanted again meanwhile, and a
  /// later confirmation will say so.
  bool confirm(std::string_view channel);
  /// No longer wanted. True where UNSUBSCRIBE has to be sent.
  bool unwant(std::string_view channel);

  /// The link was lost, and all confirmations with it.
  void lose_all();
  /// All that are owed.
  std::vector<std::string> names() const;

  std::size_t owed() const { return owed_; }
  std::size_t under_way() const { return under_way_; }

 private:
  struct Channel {
    std::uint32_t under_way = 0;  // SUBSCRIBEs without a confirmation
    bool wanted = false;
    bool confirmed = false;
    bool owed = false;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Channels = std::unordered_map<std::string, Channel, Hash, std::equal_to<>>;

  void set_owed(Channel& channel, bool owed);

  Channels channels_;
  std::size_t owed_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace parley::redis
