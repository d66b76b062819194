"""What the hub knows and decides, without input or output: values in, values out."""
