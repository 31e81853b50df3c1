# Serves the menus of a canteen.
#
# @param port where it listens
class canteen (
  Integer $port = 8080,
  Canteen::Menu $menu,
) inherits canteen::params {
  include nginx
  $menu_dir = '/srv/menus'

  package { 'canteen-server':
    ensure => installed,
  }

  file { "${menu_dir}/today.html":
    content => epp('canteen/today.epp'),
  }

  if $port > 1024 {
    service { 'canteen':
      ensure => running,
    }
  }
}

# A dish on the menu.
define canteen::dish (
  String $price,
) {
  concat::fragment { "dish-${title}":
    target => '/srv/menus/today.html',
  }
}

function canteen::soup_of_day(Integer $day) >> String {
  $soups = ['leek', 'lentil']
  $soups[$day % 2]
}

type Canteen::Menu = Enum['lunch', 'dinner']

node 'kitchen.example.org' {
  include canteen
}
