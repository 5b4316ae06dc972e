// Unix sockets leave a file behind, which may be there before us.

#include "http/listener.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

#include <grp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using Local = asio::local::stream_protocol;

namespace {

std::unexpected<Error> refuse(const UnixAddress& address, std::string_view why) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format("can't listen on {}: {}; choose another path with {}",
                          address.path.string(), why, address.chosen_by));
}

std::optional<gid_t> find_group(const std::string& name) {
  std::array<char, 16UL * 1024> buffer{};
  struct group entry{};
  struct group* found = nullptr;
  if (getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0) return {};
  return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

/// Makes room for our socket, unless what is there is in use or is no socket.
Result<void> clear_path(const asio::any_io_executor& executor, const UnixAddress& address) {
  std::error_code error;
  const auto type = fs::symlink_status(address.path, error).type();
  if (type == fs::file_type::not_found) return {};
  if (type != fs::file_type::socket) return refuse(address, "there is something that is no socket");
  Local::socket probe(executor);
  boost::system::error_code refused;
  probe.connect(Local::endpoint(address.path.string()), refused);
  if (refused == asio::error::connection_refused) {
    fs::remove(address.path, error);
    if (error) return refuse(address, "the old socket can't be removed: " + error.message());
    return {};
  }
  // Whatever else it says, we can't know that nobody listens.
  return fail(ErrorCode::address_in_use,
              fmt::format("the socket {} is in use by another program: stop it (is lmbridged "
                          "running already?) or choose another one with {}",
                          address.path.string(), address.chosen_by));
}

/// Nobody can connect yet: it does not listen.
Result<void> admit(const UnixAddress& address) {
  if (!address.group.empty()) {
    const auto group = find_group(address.group);
    if (!group) return refuse(address, fmt::format("there is no group \"{}\"", address.group));
    if (chown(address.path.c_str(), static_cast<uid_t>(-1), *group) != 0) {
      return refuse(address, fmt::format("it can't be given to the group \"{}\": {}", address.group,
                                         std::generic_category().message(errno)));
    }
  }
  if (chmod(address.path.c_str(), address.mode) == 0) return {};
  return refuse(address, "its mode can't be set: " + std::generic_category().message(errno));
}

}  // namespace

SocketFile::SocketFile(fs::path path) : path_(std::move(path)) {
  struct stat found{};
  if (lstat(path_.c_str(), &found) != 0) {
    path_.clear();
    return;
  }
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

SocketFile::~SocketFile() {
  remove();
}

void SocketFile::remove() {
  struct stat found{};
  if (path_.empty() || lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) unlink(path_.c_str());
}

Result<Listener> listen(const asio::any_io_executor& executor, const UnixAddress& address) {
  constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
  if (address.path.native().size() > longest_path) {
    return refuse(address, fmt::format("paths of sockets have at most {} bytes", longest_path));
  }
  if (auto cleared = clear_path(executor, address); !cleared) {
    return std::unexpected(std::move(cleared.error()));
  }
  const Local::endpoint endpoint(address.path.string());
  Listener listener{.acceptor = Acceptor(executor)};
  boost::system::error_code error;
  listener.acceptor.open(endpoint.protocol(), error);
  if (!error) listener.acceptor.bind(endpoint, error);
  if (error) return refuse(address, error.message());
  listener.file = SocketFile(address.path);
  if (auto admitted = admit(address); !admitted) {
    return std::unexpected(std::move(admitted.error()));
  }
  listener.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refuse(address, error.message());
  return listener;
}

}  // namespace lmbridge::http
