#include "CLinear.h"
