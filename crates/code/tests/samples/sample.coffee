# Roasts chestnuts on a market.
fs = require 'fs'
{EventEmitter} = require 'events'
import Stove from './stove'

PRICE = 3

###
A cone of paper, which holds
fake = -> ten chestnuts.
###
class Cone extends EventEmitter
  @sizes: ['small', 'large']

  constructor: (@size) ->
    super()

  # Fills the cone with hot chestnuts.
  fillUp: (chestnuts, {burnt} = {}) ->
    weight = chestnuts.length
    @emit 'full' if weight > 10

  @largest: => new Cone 'large'

#### Outside of the class

roastAll = (pan, minutes = 20) ->
  shake = -> pan.shake()
  shake() for [1..minutes]

exports.sellCone = (customer) ->
  customer.pay PRICE

module.exports.Cone = Cone

help = """
  call = -> nobody
"""

pans =
  iron: ->
    'heavy'
