defmodule Greetings.Store do
  @moduledoc """
  Keeps greetings.

  One for each name.
  """

  use GenServer
  import Ecto.Query, only: [from: 2]
  alias Greetings.{Disk, Memory}
  require Logger

  @capacity 16
  @type name :: String.t()

  defstruct [:limit, greetings: %{}]

  @callback greet(name) :: String.t()

  @doc """
  Looks a greeting up.
  """
  @spec get(t(), name()) :: String.t() | nil
  def get(store, name)
  def get(nil, _name), do: nil

  def get(%__MODULE__{} = store, name) when is_binary(name) do
    local = name
    store.greetings[local]
  end

  # Opens one.
  defp open(path) do
    {:ok, path}
  end

  def empty?, do: true

  defmacro greeting(name) do
    quote do: "hello #{unquote(name)}"
  end

  defguard is_name(value) when is_binary(value)

  defimpl String.Chars do
    def to_string(store), do: inspect(store)
  end
end

defprotocol Greetings.Greeter do
  @doc "Says hello."
  def greet(value, name)
end
