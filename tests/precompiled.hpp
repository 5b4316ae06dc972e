// What nearly every test includes.
#pragma once

#include "base/boost/precompiled.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
