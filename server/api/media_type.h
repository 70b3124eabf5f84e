#pragma once

#include <string_view>

namespace parley::api {

/// Whether a Content-Type names exactly this type (without regard to case), in UTF-8: with no parameter, or only
/// charset=utf-8 (RFC 9110 section 8.3).
bool is_media_type(std::string_view content_type, std::string_view wanted);

/// Whether an Accept header asks for text/html by name, as a browser that opens a page does; "*/*" is not enough.
bool accepts_html(std::string_view accept);

/// A content coding of which an answer has a variant.
enum class Coding { identity, gzip, brotli };

struct CodingsOffered {
  bool brotli = false;
  bool gzip = false;
};

/// The best of what is offered by an Accept-Encoding header's weights (RFC 9110 section 12.5.3), of equal ones the
/// smallest: brotli, gzip, identity. Identity also where the header refuses all that there is.
Coding choose_coding(std::string_view accept_encoding, CodingsOffered offered);

}  // namespace parley::api
