// The storage of a photo archive.
targetScope = 'resourceGroup'

@description('Where it stands.')
param location string = resourceGroup().location
param shelves int = 3

var prefix = 'photos'

type Shelf = {
  name: string
  size: int
}

func shelfName(index int) string => '${prefix}${index}'

resource archive 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: '${prefix}archive'
  location: location
  sku: {
    name: 'Standard_LRS'
  }
}

module network 'network.bicep' = {
  name: 'network'
  params: {
    location: location
  }
}

output archiveId string = archive.id

metadata description = 'Photos, and who may see them.'

@allowed(['oak', 'pine'])
@description('What the shelves are made of.')
param wood string

@secure()
param key string = newGuid()

var names = [for index in range(0, shelves): shelfName(index)]

@export()
@sealed()
type Archive = {
  @minLength(3)
  name: string
  shelves: Shelf[]
  kind: 'photo' | 'film'
}

@export()
func tagged(name string, tags object) object => union({
  name: name
}, tags)

resource existing 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'vault'
  scope: resourceGroup('keys')

  resource secret 'secrets' = {
    name: 'key'
    properties: {
      value: key
    }
  }
}

@batchSize(2)
resource boxes 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-01-01' = [
  for name in names: if (wood == 'oak') {
    parent: archive::blobs
    name: name
  }
]

module alarms './alarms.bicep' = if (shelves > 5) {
  name: 'alarms'
}

@description('Where the photos are.')
output endpoint object = archive.properties.primaryEndpoints
