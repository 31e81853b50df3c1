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

return M
