#pragma once

#include <filesystem>

namespace parley::sqlite {

class Interruption;

/// What every start checks, before anything is written: that the file is SQLite's and Parley's, of a schema
/// that this release knows, and that its trees are sound as far as 2 s go. A file of some hundred megabytes
/// is looked at whole; a start must not take minutes for a larger one, so there only its beginning is, and
/// what is damaged further on is found when it is read, and by every backup. Not only after an unclean end:
/// SQLite is crash-safe, what damages files are disks and people, and those leave no mark of an unclean end.
/// Throws StoreUnavailable with one line.
void check_at_start(const std::filesystem::path& file);

/// The whole of a file that nobody writes (a backup): trees, indexes and constraints, origin and schema.
/// Changes nothing, not even beside the file. Throws StoreUnavailable with one line, also when interrupted.
void check_wholly(const std::filesystem::path& file);
void check_wholly(const std::filesystem::path& file, Interruption& interruption);

}  // namespace parley::sqlite
