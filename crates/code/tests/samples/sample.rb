# frozen_string_literal: true

require "json"
require_relative "disk"

module Greetings
  CAPACITY = 16

  # What went wrong.
  class Error < StandardError; end

  # Keeps greetings.
  #
  # One for each name.
  class Store < Greetings::Base
    include Enumerable

    attr_reader :limit, :tone

    # Makes one.
    def initialize(limit: CAPACITY)
      @limit = limit
      local = 1
    end

    def self.open(path)
      new
    end

    class << self
      def default
        @default ||= new
      end
    end

    # Looks a greeting up.
    def [](name)
      @greetings[name]
    end

    def empty? = @greetings.empty?

    alias_method :get, :[]
    define_method(:shout) { |name| name.upcase }

    private

    def check!(name)
      raise Error if name.nil?
    end
  end

  class Disk::Store
  end
end

def greet(name)
  "hello #{name}"
end
