#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace parley {

/// The rules for TLS where this server is the client: 1.2 or newer, the peer's certificate is verified.
class TlsClientContext {
 public:
  /// `authorities` is a PEM file of those to believe, empty for the system's (which SSL_CERT_FILE and SSL_CERT_DIR can
  /// replace). Throws std::runtime_error with one line that names the file. Makes the process ignore SIGPIPE.
  explicit TlsClientContext(const std::string& authorities);
  /// Of no use against anybody between: for who asks a server on the same machine.
  enum class Trust { anybody };
  explicit TlsClientContext(Trust trust);
  ~TlsClientContext();

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
};

}  // namespace parley
