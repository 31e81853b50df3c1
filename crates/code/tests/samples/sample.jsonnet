// The shelves of a seed bank.
local k = import 'kube.libsonnet';
local temperature = -18;

local shelf(name, rows=4) = {
  name: name,
  rows: rows,
};

local label = function(seed) 'seed-' + seed;

{
  /* Keeps seeds cold (
     for years. */
  coldRoom(size):: {
    local volume = size * 3,
    shelves: [shelf('north'), shelf('south', rows=6)],
    temperature: temperature,
  },

  // Wakes seeds up again.
  germinate(
    seed,
    days=10
  ):: label(seed),

  defaults:: {
    dry: true,
  },

  'spare-shelf':: shelf('spare'),

  config+:: {
    vault: $.coldRoom(12),
  },
}
