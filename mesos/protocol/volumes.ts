/**
 * File systems for containers: images and volumes.
 *
 * Source: mesos.proto.
 */
import { bool, enumeration, type Infer, map, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { Labels, Parameters } from './labels.ts';
import { Credential, Secret } from './principals.ts';

export const ImageType = enumeration('mesos.v1.Image.Type', { APPC: 1, DOCKER: 2 });
export type ImageType = Infer<typeof ImageType>;

export const ImageAppc = struct('mesos.v1.Image.Appc', {
  name: req(1, string),
  id: opt(2, string),
  labels: opt(3, Labels),
});
export type ImageAppc = Infer<typeof ImageAppc>;

export const ImageDocker = struct('mesos.v1.Image.Docker', {
  name: req(1, string),
  credential: opt(2, Credential),
  config: opt(3, Secret),
});
export type ImageDocker = Infer<typeof ImageDocker>;

/** A root file system to fetch. */
export const Image = struct('mesos.v1.Image', {
  type: req(1, ImageType),
  appc: opt(2, ImageAppc),
  docker: opt(3, ImageDocker),
  cached: opt(4, bool, true),
});
export type Image = Infer<typeof Image>;

export const MountPropagationMode = enumeration('mesos.v1.MountPropagation.Mode', {
  UNKNOWN: 0,
  HOST_TO_CONTAINER: 1,
  BIDIRECTIONAL: 2,
});
export type MountPropagationMode = Infer<typeof MountPropagationMode>;

/** Whether mounts made on one side of a volume show on the other. */
export const MountPropagation = struct('mesos.v1.MountPropagation', {
  mode: opt(1, MountPropagationMode),
});
export type MountPropagation = Infer<typeof MountPropagation>;

export const VolumeMode = enumeration('mesos.v1.Volume.Mode', { RW: 1, RO: 2 });
export type VolumeMode = Infer<typeof VolumeMode>;

export const VolumeSourceType = enumeration('mesos.v1.Volume.Source.Type', {
  UNKNOWN: 0,
  DOCKER_VOLUME: 1,
  HOST_PATH: 4,
  SANDBOX_PATH: 2,
  SECRET: 3,
  CSI_VOLUME: 5,
});
export type VolumeSourceType = Infer<typeof VolumeSourceType>;

export const VolumeSourceDockerVolume = struct('mesos.v1.Volume.Source.DockerVolume', {
  driver: opt(1, string),
  name: req(2, string),
  driver_options: opt(3, Parameters),
});
export type VolumeSourceDockerVolume = Infer<typeof VolumeSourceDockerVolume>;

export const VolumeSourceHostPath = struct('mesos.v1.Volume.Source.HostPath', {
  path: req(1, string),
  mount_propagation: opt(2, MountPropagation),
});
export type VolumeSourceHostPath = Infer<typeof VolumeSourceHostPath>;

export const VolumeSourceSandboxPathType = enumeration('mesos.v1.Volume.Source.SandboxPath.Type', {
  UNKNOWN: 0,
  SELF: 1,
  PARENT: 2,
});
export type VolumeSourceSandboxPathType = Infer<typeof VolumeSourceSandboxPathType>;

export const VolumeSourceSandboxPath = struct('mesos.v1.Volume.Source.SandboxPath', {
  type: opt(1, VolumeSourceSandboxPathType),
  path: req(2, string),
});
export type VolumeSourceSandboxPath = Infer<typeof VolumeSourceSandboxPath>;

export const VolumeSourceCSIVolumeVolumeCapabilityBlockVolume = struct(
  'mesos.v1.Volume.Source.CSIVolume.VolumeCapability.BlockVolume',
  {},
);
export type VolumeSourceCSIVolumeVolumeCapabilityBlockVolume = Infer<
  typeof VolumeSourceCSIVolumeVolumeCapabilityBlockVolume
>;

export const VolumeSourceCSIVolumeVolumeCapabilityMountVolume = struct(
  'mesos.v1.Volume.Source.CSIVolume.VolumeCapability.MountVolume',
  {
    fs_type: opt(1, string),
    mount_flags: rep(2, string),
  },
);
export type VolumeSourceCSIVolumeVolumeCapabilityMountVolume = Infer<
  typeof VolumeSourceCSIVolumeVolumeCapabilityMountVolume
>;

export const VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode = enumeration(
  'mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode.Mode',
  {
    UNKNOWN: 0,
    SINGLE_NODE_WRITER: 1,
    SINGLE_NODE_READER_ONLY: 2,
    MULTI_NODE_READER_ONLY: 3,
    MULTI_NODE_SINGLE_WRITER: 4,
    MULTI_NODE_MULTI_WRITER: 5,
  },
);
export type VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode = Infer<
  typeof VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode
>;

export const VolumeSourceCSIVolumeVolumeCapabilityAccessMode = struct(
  'mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode',
  {
    mode: req(1, VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode),
  },
);
export type VolumeSourceCSIVolumeVolumeCapabilityAccessMode = Infer<
  typeof VolumeSourceCSIVolumeVolumeCapabilityAccessMode
>;

export const VolumeSourceCSIVolumeVolumeCapability = struct('mesos.v1.Volume.Source.CSIVolume.VolumeCapability', {
  block: opt(1, VolumeSourceCSIVolumeVolumeCapabilityBlockVolume),
  mount: opt(2, VolumeSourceCSIVolumeVolumeCapabilityMountVolume),
  access_mode: req(3, VolumeSourceCSIVolumeVolumeCapabilityAccessMode),
});
export type VolumeSourceCSIVolumeVolumeCapability = Infer<typeof VolumeSourceCSIVolumeVolumeCapability>;

export const VolumeSourceCSIVolumeStaticProvisioning = struct('mesos.v1.Volume.Source.CSIVolume.StaticProvisioning', {
  volume_id: req(1, string),
  volume_capability: req(2, VolumeSourceCSIVolumeVolumeCapability),
  node_stage_secrets: map(3, Secret),
  node_publish_secrets: map(4, Secret),
  volume_context: map(5, string),
});
export type VolumeSourceCSIVolumeStaticProvisioning = Infer<typeof VolumeSourceCSIVolumeStaticProvisioning>;

export const VolumeSourceCSIVolume = struct('mesos.v1.Volume.Source.CSIVolume', {
  plugin_name: req(1, string),
  static_provisioning: opt(2, VolumeSourceCSIVolumeStaticProvisioning),
});
export type VolumeSourceCSIVolume = Infer<typeof VolumeSourceCSIVolume>;

export const VolumeSource = struct('mesos.v1.Volume.Source', {
  type: opt(1, VolumeSourceType),
  docker_volume: opt(2, VolumeSourceDockerVolume),
  host_path: opt(5, VolumeSourceHostPath),
  sandbox_path: opt(3, VolumeSourceSandboxPath),
  secret: opt(4, Secret),
  csi_volume: opt(6, VolumeSourceCSIVolume),
});
export type VolumeSource = Infer<typeof VolumeSource>;

/** Something mounted at `container_path`: a host path, an image, or what `source` names. */
export const Volume = struct('mesos.v1.Volume', {
  mode: req(3, VolumeMode),
  container_path: req(1, string),
  host_path: opt(2, string),
  image: opt(4, Image),
  source: opt(5, VolumeSource),
});
export type Volume = Infer<typeof Volume>;
