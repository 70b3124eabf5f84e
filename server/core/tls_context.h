#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace parley {

/// The server's certificate and key, and the rules for TLS: 1.2 or newer, HTTP/1.1 by ALPN, no renegotiation.
class TlsContext {
 public:
  /// Reads PEM files: the certificate with its chain, and its key without a passphrase. Throws
  /// std::runtime_error with one line that names the file where that fails. Makes the process ignore SIGPIPE.
  TlsContext(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
};

}  // namespace parley
