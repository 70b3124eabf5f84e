#pragma once

// What tools/embed.py generates at build time; only core/embedded.cpp asks for it.

#include <span>
#include <string_view>

#include "core/embedded.h"

namespace parley::embedded {

std::span<const Asset> asset_table();  // sorted by path
std::string_view password_list();

}  // namespace parley::embedded
