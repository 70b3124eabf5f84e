#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/redis_address.h"
#include "core/tls_client_context.h"
#include "core/transport.h"

namespace parley::redis {

/// Connects to Redis: finds its addresses, tries one after the other, makes sure of its certificate. Io thread.
class Dialer {
 public:
  /// `tls` is null for a plain connection, and outlives this.
  Dialer(boost::asio::io_context& context, const RedisAddress& address, const TlsClientContext* tls);
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  struct Dialed {
    std::unique_ptr<Transport> transport{};  ///< null where it failed
    std::string failure{};                   ///< why, for people
  };
  /// At most `patience`, but for a resolver that hangs: nothing can stop that one. One at a time.
  Task<Dialed> dial(std::chrono::milliseconds patience);

  /// Ends a dial that is under way, and all later ones.
  void stop();

 private:
  using Socket = Transport::Socket;
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
  struct Found {
    Endpoints endpoints{};
    boost::system::error_code error{};
  };

  Task<Found> resolve();
  Task<Dialed> connect(Endpoints endpoints);
  Task<Dialed> greet(std::unique_ptr<Transport> transport);
  void give_up();

  boost::asio::io_context& context_;
  const RedisAddress& address_;
  const TlsClientContext* const tls_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer deadline_;
  Socket* connecting_ = nullptr;  // what the deadline has to close
  Transport* greeting_ = nullptr;
  bool late_ = false;
  bool stopped_ = false;
};

}  // namespace parley::redis
