# Everything comes from the distribution; tools/setup installs it. CODE_ARCHITECTURE.md says what each is for.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp CONFIG REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(ZLIB REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc libbrotlidec)
# Linked in: a shared one would put its counters into /dev/shm before we can forbid it (repositories/mongodb/driver.cpp).
find_package(mongoc-1.0 CONFIG REQUIRED)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)

# What each layer adds to those below it.
set(PARLEY_CORE_LIBRARIES
    Boost::headers Boost::json Boost::url Threads::Threads OpenSSL::SSL OpenSSL::Crypto spdlog::spdlog fmt::fmt
    ICU::uc ICU::i18n ICU::data PkgConfig::SODIUM PkgConfig::PROMETHEUS)
set(PARLEY_PUBSUB_LIBRARIES PkgConfig::HIREDIS)
set(PARLEY_REPOSITORY_LIBRARIES SQLiteCpp SQLite::SQLite3 mongo::mongoc_static)
set(PARLEY_SERVICE_LIBRARIES PkgConfig::JWT)
set(PARLEY_API_LIBRARIES ZLIB::ZLIB PkgConfig::BROTLI)
set(PARLEY_CLI_LIBRARIES CLI11::CLI11)
