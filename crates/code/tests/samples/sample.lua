-- A store of greetings.
local disk = require("greetings.disk")
local M = {}

M.capacity = 16
local count = 0

--- Looks a greeting up.
-- @param name string
function M.get(name)
  local inner = name
  return M.greetings[inner]
end

function M:put(name, value)
  self.greetings[name] = value
end

local function check(name)
  return name ~= nil
end

M.clear = function()
  count = 0
end

local shout = function(name)
  return name:upper()
end

M.handlers = {
  open = function(path)
    return path
  end,
  close = 1,
}

--[[ A house by its doors. ]]
local House = setmetatable({}, { __index = M })
House.__index = House
House.WOODS, House.count = { "oak", "pine" }, 0

--- Makes a house.
---@param owner string
---@return House
function House.new(owner, ...)
  local self = setmetatable({ owner = owner }, House)
  local doors <const> = select("#", ...)
  self.doors = doors
  return self
end

function House:__tostring()
  return ("house of %s"):format(self.owner)
end

House.__eq = function(left, right)
  return left.owner == right.owner
end

function House.rooms.kitchen:cook(meal)
  repeat
    meal = meal - 1
  until meal <= 0
  goto done
  ::done::
end

local fib
fib = function(n)
  return n < 2 and n or fib(n - 1) + fib(n - 2)
end

M.House = House
_G.shout = shout

local defaults = {
  owner = "nobody",
  on_knock = function(times)
    for _ = 1, times do
      io.write("knock\n")
    end
  end,
  ["on shut"] = function() end,
}

describe("House", function()
  it("opens with its key", function()
    assert.is_true(House.new("you"):open())
  end)
end)

return M
