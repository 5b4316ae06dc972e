#include "tests/integration/bridge/arena_process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace lmbridge::test {
namespace {

/// Its first line; shorter when it ends before.
std::string read_line(int fd) {
  std::string line;
  for (char byte = 0; read(fd, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

}  // namespace

ArenaProcess::ArenaProcess() {
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipes for the arena");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::string node = TEST_NODE;
  std::string program = ARENA "/main.mjs";
  std::string option = "--exit-with-stdin";
  std::array<char*, 4> arguments{node.data(), program.data(), option.data(), nullptr};
  const int failed = posix_spawn(&pid_, node.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  input_ = input[1];
  const auto line = failed == 0 ? read_line(output[0]) : std::string();
  close(output[0]);
  if (line.empty()) throw std::runtime_error("the arena does not start");
  origin_ = boost::json::parse(line).at("http").as_string().c_str();
}

ArenaProcess::~ArenaProcess() {
  close(input_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

}  // namespace lmbridge::test
