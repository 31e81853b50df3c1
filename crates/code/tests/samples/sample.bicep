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
