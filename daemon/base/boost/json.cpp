// Boost.JSON's code, compiled once instead of linking the shared library.
#include <boost/json/src.hpp>
