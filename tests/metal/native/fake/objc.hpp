// A small Objective-C runtime: objects are C++ objects that answer to selectors. What Apple's would punish, a
// message to a freed object, one that nobody understands, or an object that no pool will free, is a Blunder
// here.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fake {

class Blunder : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

struct Selector {
  const char* name;
  const char* types;
};

using Method = void (*)();

class Object {
 public:
  using Methods = std::map<std::string_view, Method>;

  Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object();

  [[nodiscard]] virtual const char* class_name() const = 0;
  [[nodiscard]] virtual const Methods& methods() const = 0;

  std::atomic<int> references{1};
};

// What the compiler calls for a message is a function with the object and the selector before the arguments.
template <auto member>
struct Answer;

template <typename Self, typename Result, typename... Arguments, Result (Self::*member)(Arguments...)>
struct Answer<member> {
  static Result call(Object* self, Selector*, Arguments... arguments) {
    return (static_cast<Self*>(self)->*member)(arguments...);
  }
};

template <auto member>
Method answer() {
  return reinterpret_cast<Method>(&Answer<member>::call);
}

// A class as an object, whose own methods make or find others.
class Class final : public Object {
 public:
  Class(const char* name, Methods methods) : name_(name), methods_(std::move(methods)) {}
  [[nodiscard]] const char* class_name() const override { return name_; }
  [[nodiscard]] const Methods& methods() const override { return methods_; }

 private:
  const char* name_;
  Methods methods_;
};

// How many objects have not been freed; classes count, too.
std::size_t alive();

Object* retain(Object* object);
void release(Object* object);

// Freed with the innermost pool.
Object* autorelease(Object* object);

// A reference that is held by a C++ object.
template <typename T>
class Held {
 public:
  Held() = default;
  explicit Held(T* object) : object_(static_cast<T*>(retain(object))) {}
  Held(const Held& other) : Held(other.object_) {}
  Held& operator=(Held other) {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Held() { release(object_); }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace fake
